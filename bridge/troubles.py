"""What went wrong with a download, as an error, a sentence, and what helps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..core import errors
from . import messages
from .i18n import tr

if TYPE_CHECKING:
    from ..core.jobs import Trouble


def error_of(trouble: Trouble) -> errors.SentinelPortalsError:
    """The error that was written down."""
    kind = getattr(errors, trouble.kind, errors.SentinelPortalsError)
    error: errors.SentinelPortalsError = kind(trouble.text, provider=trouble.portal)
    answer = re.search(r" answered (\d{3})\b", trouble.text)
    error.status = int(answer[1]) if answer else None
    return error


def sentence(trouble: Trouble, portal: str) -> str:
    """What happened, to whom, what next; ``portal`` is its title."""
    return messages.sentence(error_of(trouble), portal)


def remedy(trouble: Trouble) -> tuple[str, str]:
    """``credentials``, ``folder``, ``portal_page`` or ``retry``, and the words on its button."""
    action, label = messages.button(error_of(trouble))
    if action == "credentials":
        return action, tr("&Log In…")
    if action in ("folder", "portal_page"):
        return action, label
    return "retry", tr("Try again")
