"""The roles of the bibliography."""

from gdbook.book.citations import drop_list_role


def test_a_group_of_entries_is_not_called_a_list():
    """The group's role goes, its entries keep theirs, and pages without a body are left alone."""
    entry = '<div class="citation" role="doc-biblioentry">An entry</div>'
    context = {"body": f'<div role="list" class="citation-list">{entry}</div>'}
    drop_list_role(None, "page", "page.html", context, None)
    assert context["body"] == f'<div class="citation-list">{entry}</div>'
    drop_list_role(None, "search", "search.html", {}, None)
