"""Shared by all tests."""

import d2l_local  # noqa: F401  before mxnet: it says how MXNet's threads shall wait
