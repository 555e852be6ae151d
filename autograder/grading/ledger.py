"""Keeps the gradebook in step with the journal, also where the database is gone for a while."""

from collections.abc import Sequence
from itertools import islice

from autograder.grading.gradebook import Gradebook, GradebookError
from autograder.grading.journal import Journal
from autograder.grading.release import NoRelease, Release, load_release
from autograder.grading.result import Result

BATCH = 200


class Ledger:
    """The gradebook of a run. It must be there at the beginning; when it fails later, grading goes on without it."""

    def __init__(self, url: str, journal: Journal, releases: Sequence[Release]) -> None:
        self._url = url
        self._journal = journal
        self._releases = {release.unit: release for release in releases}
        self._gradebook: Gradebook | None = None

    def __enter__(self) -> "Ledger":
        self._gradebook = self._open()
        return self

    def __exit__(self, *_: object) -> None:
        if self._gradebook is not None:
            self._gradebook.__exit__()

    def save(self, results: Sequence[Result]) -> None:
        """Write results; if the database doesn't answer now, the end of the run will write them from the journal."""
        try:
            if self._gradebook is None:
                self._gradebook = self._open()
            self._gradebook.save(results)
        except GradebookError:
            self.__exit__()
            self._gradebook = None

    def settle(self) -> None:
        """Make the gradebook agree with the whole journal; GradebookError if it can't be reached.

        It is opened anew: a database that was deleted under us swallows what is written and reports nothing.
        """
        self.__exit__()
        self._gradebook = None
        gradebook = self._gradebook = self._open()
        results = (result for result in self._journal.results() if self._knows(gradebook, result.unit))
        while batch := list(islice(results, BATCH)):
            gradebook.save(batch)

    def _open(self) -> Gradebook:
        gradebook = Gradebook(self._url)
        try:
            for release in self._releases.values():
                gradebook.register(release)
        except GradebookError:
            gradebook.__exit__()
            raise
        return gradebook

    def _knows(self, gradebook: Gradebook, unit: str) -> bool:
        """Whether the unit's cells are in the gradebook, from today's release of a unit that an earlier run graded."""
        if unit not in self._releases:
            try:
                self._releases[unit] = load_release(unit)
            except NoRelease:
                return False
            gradebook.register(self._releases[unit])
        return True
