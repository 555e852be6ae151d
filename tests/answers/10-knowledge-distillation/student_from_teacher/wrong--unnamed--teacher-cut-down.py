# Wrong: cuts the teacher itself down before it copies it.
import copy
from torch import nn

def student_from_teacher(teacher, num_layers):
    stride = teacher.config.num_layers // num_layers
    teacher.encoder.layers = nn.ModuleList(list(teacher.encoder.layers)[::stride])
    teacher.config.num_layers = num_layers
    return copy.deepcopy(teacher).requires_grad_(True)
