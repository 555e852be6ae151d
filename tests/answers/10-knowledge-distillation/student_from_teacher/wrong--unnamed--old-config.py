# Wrong: the student's config says that it has the teacher's depth.
import copy
from torch import nn

def student_from_teacher(teacher, num_layers):
    student = copy.deepcopy(teacher)
    stride = teacher.config.num_layers // num_layers
    student.encoder.layers = nn.ModuleList(list(student.encoder.layers)[::stride])
    return student.requires_grad_(True)
