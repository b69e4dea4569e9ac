"""Streamlit's own settings: the colours and type of its widgets, and what it may not do.

The colours are those of `style.css`; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["BASE_PX", "DARK", "LIGHT", "streamlit_options"]

BASE_PX = 17
"""The size of type in pixels that all others are relative to."""

LIGHT: Mapping[str, str] = {
    "paper": "#fcfbf8",
    "tint": "#f3f0e9",
    "ink": "#211d19",
    "rule": "#ddd7cc",
    "accent": "#8c2f1f",
}
DARK: Mapping[str, str] = {
    "paper": "#171614",
    "tint": "#211f1c",
    "ink": "#e8e3d9",
    "rule": "#3a362f",
    "accent": "#e8a184",
}


def streamlit_options(*, port: int) -> dict[str, Any]:
    """Every option that the app sets, by Streamlit's names; they win over any file or variable found where it starts."""
    options: dict[str, Any] = {
        "browser.gatherUsageStats": False,
        "server.headless": True,
        "server.showEmailPrompt": False,
        "server.port": port,
        "server.fileWatcherType": "none",
        "server.runOnSave": False,
        "server.allowRunOnSave": False,
        "server.enableAgentApi": False,
        "server.enableStaticServing": False,
        "server.enableXsrfProtection": True,
        "server.maxUploadSize": 10,
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "client.showErrorLinks": "false",
        "client.showSidebarNavigation": False,
        "client.allowedOrigins": [],
        "runner.magicEnabled": False,
        "runner.postScriptGC": False,  # see ui/web/memory.py
        "ui.hideTopBar": True,
        "logger.level": "warning",
        "theme.font": "sans-serif",
        "theme.headingFont": "serif",
        "theme.baseFontSize": BASE_PX,
        "theme.baseRadius": "2px",
        "theme.buttonRadius": "2px",
        "theme.linkUnderline": True,
        "theme.showWidgetBorder": True,
    }
    for name, colours in (("light", LIGHT), ("dark", DARK)):
        options |= {
            f"theme.{name}.primaryColor": colours["accent"],
            f"theme.{name}.backgroundColor": colours["paper"],
            f"theme.{name}.secondaryBackgroundColor": colours["tint"],
            f"theme.{name}.textColor": colours["ink"],
            f"theme.{name}.linkColor": colours["accent"],
            f"theme.{name}.borderColor": colours["rule"],
        }
    return options
