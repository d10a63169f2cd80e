"""The settings of nbgrader for a course folder; `make assignment` puts a copy into it."""

from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_output
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.preprocessors import ClearSolutions, Execute


class ExecuteToTheEnd(Execute):
    """Runs a submission like Execute, and survives code that ends its kernel.

    What ran before keeps its points. The cells behind it get an error: nbgrader gives full points
    to a test without any output.
    """

    def preprocess(self, nb, *args, **kwargs):
        self.kernel_died = False
        return super().preprocess(nb, *args, **kwargs)

    def preprocess_cell(self, cell, resources, index):
        if not self.kernel_died:
            try:
                return super().preprocess_cell(cell, resources, index)
            except DeadKernelError:
                self.kernel_died = True
        if cell.cell_type == "code":
            text = "This cell, or one before it, ended Python."
            cell.outputs = [
                new_output("error", ename="DeadKernelError", evalue=text, traceback=[text])
            ]
        return cell, resources


c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "sequence-to-sequence"
# Nothing else that is handed in may stand beside the notebook and pass for a module of the course.
c.CourseDirectory.include = ["*.ipynb"]

# The source is blank already: tools/build_exercises.py does it, as for the learners.
c.GenerateAssignment.preprocessors = [
    step for step in GenerateAssignment.preprocessors.default() if step is not ClearSolutions
]
c.ClearHiddenTests.begin_test_delimeter = "BEGIN HIDDEN TESTS"
c.ClearHiddenTests.end_test_delimeter = "END HIDDEN TESTS"

c.Autograde.autograde_preprocessors = [
    ExecuteToTheEnd if step is Execute else step
    for step in Autograde.autograde_preprocessors.default()
]
# A test that was deleted comes back, with its points.
c.OverwriteCells.add_missing_cells = True
# One cell holds a check and three hidden tests, each of which may take ten seconds.
c.Execute.timeout = 60
