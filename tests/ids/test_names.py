"""Names are compared however they are written."""

from __future__ import annotations

import pytest

from hookscope.ids.names import bare_name


@pytest.mark.parametrize("name", ["partnerId", "partner_id", "Partner-ID", "partner id", "PARTNER ID"])
def test_one_name_in_many_ways(name: str) -> None:
    assert bare_name(name) == "partnerid"
