# Wrong: thaws the teacher before it is copied, and leaves it so.
import copy
from dataclasses import replace
from torch import nn

def student_from_teacher(teacher, num_layers):
    for p in teacher.parameters():
        p.requires_grad = True
    student = copy.deepcopy(teacher)
    stride = teacher.config.num_layers // num_layers
    student.encoder.layers = nn.ModuleList(list(student.encoder.layers)[::stride])
    student.config = replace(teacher.config, num_layers=num_layers)
    return student
