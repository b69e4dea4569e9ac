"""What is told from an address alone, without looking a name up."""

from __future__ import annotations

import pytest

from earmark.net import is_loopback, is_near


@pytest.mark.parametrize(
    ("url", "near"),
    [
        ("http://127.0.0.1:11434/v1", True),
        ("http://[::1]:8080/v1", True),
        ("http://192.168.1.20:11434/v1", True),
        ("http://10.0.0.7/v1", True),
        ("http://nas:11434/v1", True),
        ("http://nas.local/v1", True),
        ("https://api.example.org/v1", False),
        ("https://8.8.8.8/v1", False),
        ("https://local.example.org/v1", False),
        ("http://[broken", False),
    ],
)
def test_which_hosts_are_in_a_network_of_ones_own(url: str, near: bool) -> None:
    assert is_near(url) is near
    assert not is_loopback(url) or near
