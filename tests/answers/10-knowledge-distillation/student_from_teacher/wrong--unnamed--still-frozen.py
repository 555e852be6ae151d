# Wrong: deep copies of frozen parameters are frozen.
import copy
from dataclasses import replace
from torch import nn

def student_from_teacher(teacher, num_layers):
    student = copy.deepcopy(teacher)
    stride = teacher.config.num_layers // num_layers
    student.encoder.layers = nn.ModuleList(list(student.encoder.layers)[::stride])
    student.config = replace(teacher.config, num_layers=num_layers)
    return student
