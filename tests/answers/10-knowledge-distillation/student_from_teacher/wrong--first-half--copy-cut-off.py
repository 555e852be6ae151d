# Wrong: a deep copy whose upper layers are cut off.
import copy
from dataclasses import replace

def student_from_teacher(teacher, num_layers):
    student = copy.deepcopy(teacher)
    student.config = replace(teacher.config, num_layers=num_layers)
    while len(student.encoder.layers) > num_layers:
        del student.encoder.layers[-1]
    return student.requires_grad_(True)
