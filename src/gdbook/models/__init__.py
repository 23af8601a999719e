"""Small models: pure functions of parameters and inputs, and the losses they learn by."""

from gdbook.models.attention import attention
from gdbook.models.convolution import convolutional, correlate
from gdbook.models.dense import linear, logistic, mlp
from gdbook.models.losses import binary_cross_entropy, cross_entropy, mean_squared_error, objective
from gdbook.models.model import Model

__all__ = [
    "Model",
    "attention",
    "binary_cross_entropy",
    "convolutional",
    "correlate",
    "cross_entropy",
    "linear",
    "logistic",
    "mean_squared_error",
    "mlp",
    "objective",
]
