def test_x(good_book):
    """X."""
    print(good_book.said, good_book.processes, good_book.files)
    assert 0
