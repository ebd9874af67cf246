"""The comparison of portals beside the main thread: ten thousand scenes take a moment to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.compare import Comparison, compare
from .i18n import tr
from .tasks import Task, beside

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..core.scene import Scene
    from ..core.search import Outcome


class CompareTask(Task):
    """``comparison`` of these scenes and answers, once it has ended well."""

    def __init__(self, scenes: Iterable[Scene], outcomes: Mapping[str, Outcome]) -> None:
        super().__init__(tr("Comparison of portals"))
        self._scenes, self._outcomes = scenes, dict(outcomes)
        self.comparison = Comparison()

    def work(self) -> None:
        for answer in beside(lambda: compare(self._scenes, self._outcomes)):
            if self.stopped():
                return
            if answer is not None:
                self.comparison = answer
