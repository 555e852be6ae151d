# Right: a deep copy without the layers that aren't wanted, thawed.
import copy
from dataclasses import replace
from torch import nn

def student_from_teacher(teacher, num_layers):
    student = copy.deepcopy(teacher)
    every = len(teacher.encoder.layers) // num_layers
    student.encoder.layers = nn.ModuleList(l for i, l in enumerate(student.encoder.layers) if i % every == 0)
    student.config = replace(teacher.config, num_layers=num_layers)
    for p in student.parameters():
        p.requires_grad_(True)
    return student
