"""Removes all traces of a student from what grading has written."""

from pathlib import Path

from filelock import FileLock, Timeout

from autograder.grading.files import remove
from autograder.grading.gradebook import Gradebook, default_url
from autograder.grading.journal import Journal
from autograder.grading.pipeline import LOCK_NAME, GraderError
from autograder.grading.report import PAGE, PAGE_WITH_NAMES, NoResults, class_reports, write_page

FOLDERS = ("autograded", "feedback")


def forget(out: Path, student: str, db: str | None = None) -> list[str]:
    """Remove a student from journal, gradebook, pages and reports; return what was removed, in sentences.

    The class report is written again without the student; the one with names is removed.
    """
    if not out.is_dir():
        raise NoResults(f"There is no folder {out}.")
    try:
        with FileLock(out / LOCK_NAME, timeout=0):
            return list(filter(None, _removed(out, student, db)))
    except Timeout:
        raise GraderError(f"A `course grade` is at work in {out}. Wait until it has ended.") from None


def _removed(out: Path, student: str, db: str | None) -> list[str]:
    results = Journal(out).compact(without=student)
    told = [f"{results} results removed from results.jsonl." if results else ""]
    told += [f"{folder}/{student} removed." if _remove_folder(out / folder, student) else "" for folder in FOLDERS]
    told.append("Removed from the gradebook." if _forgotten_by_gradebook(out, student, db) else "")
    told.append(_renew_reports(out))
    return told


def _remove_folder(folder: Path, student: str) -> bool:
    """Remove a student's folder; a name that would lead anywhere else is nobody's."""
    own = folder / student
    return own.parent == folder and own.name not in ("", "..") and remove(own)


def _forgotten_by_gradebook(out: Path, student: str, db: str | None) -> bool:
    if db is None and not (out / "gradebook.db").exists():
        return False
    with Gradebook(db or default_url(out)) as gradebook:
        return gradebook.forget(student)


def _renew_reports(out: Path) -> str:
    told = f"{PAGE_WITH_NAMES} removed." if remove(out / PAGE_WITH_NAMES) else ""
    if (out / PAGE).exists():
        try:
            write_page(out, class_reports(out), names=False)
        except NoResults:
            remove(out / PAGE)
    return told
