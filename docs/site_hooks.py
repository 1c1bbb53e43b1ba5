"""Hooks of the documentation site: links out of `docs` become code, pages without a place join their section."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Any

SECTIONS = {"How-to": "how-to", "Explanation": "explanation", "Decisions": "decisions"}
"""Section of the navigation → folder whose pages belong there, named in mkdocs.yml or not."""
_LINK = re.compile(r"\[([^\]]+)\]\(((?:\.\./)+[^)\s]+)\)")
_FENCE = re.compile(r"^```mermaid\n.*?^```\n", re.MULTILINE | re.DOTALL)


def _pages(nav: list[Any]) -> set[str]:
    """Return every page a navigation names."""
    found: set[str] = set()
    for item in nav:
        value = next(iter(item.values())) if isinstance(item, dict) else item
        found |= _pages(value) if isinstance(value, list) else {value}
    return found


def on_config(config: Any) -> Any:
    """Append pages that mkdocs.yml does not name to the section of their folder: a new page needs no edit there."""
    docs = Path(config["docs_dir"])
    named = _pages(config["nav"])
    for title, folder in SECTIONS.items():
        (section,) = (item[title] for item in config["nav"] if isinstance(item, dict) and title in item)
        pages = (path.relative_to(docs).as_posix() for path in docs.glob(f"{folder}/*.md"))
        section += sorted(page for page in pages if page not in named)
    return config


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Show files outside the site as their name, and the flow chart as a picture: its script would be fetched."""
    place = PurePosixPath(page.file.src_uri)
    depth = len(place.parent.parts)
    up = "../" * depth

    def shown(match: re.Match[str]) -> str:
        text, target = match.groups()
        outside = target.startswith(f"{up}../")
        return (
            (text if text.startswith("`") else f"{text} (`{target.removeprefix(up + '../')}`)") if outside else match[0]
        )

    return _FENCE.sub(f"![The chain of edsim]({up}images/chain.svg)\n", _LINK.sub(shown, markdown))
