"""nbgrader on the course's own folders: run its commands, and Formgrader, from the folder that holds this file.

Sources with solutions come from `course release` (build/source), students get course/, and what `course grade` writes
under build/graded is where nbgrader looks for it.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent
GRADED = ROOT / "build" / "graded"

c = get_config()  # noqa: F821 (nbgrader puts it here)

c.CourseDirectory.root = str(ROOT)
c.CourseDirectory.source_directory = "build/source"
c.CourseDirectory.release_directory = "course"
c.CourseDirectory.submitted_directory = "build/submitted"
c.CourseDirectory.autograded_directory = "build/graded/autograded"
c.CourseDirectory.feedback_directory = "build/graded/nbgrader-feedback"
c.CourseDirectory.db_url = f"sqlite:///{GRADED / 'gradebook.db'}"

c.ClearSolutions.code_stub = {"python": "raise NotImplementedError  # your code here"}

# Training runs, figures and widgets take no part in grading.
c.Execute.skip_cells_with_tag = "demo"
c.Execute.timeout = 60
c.Execute.shutdown_kernel = "immediate"

# SQLite makes its file, but not the folder.
GRADED.mkdir(parents=True, exist_ok=True)
