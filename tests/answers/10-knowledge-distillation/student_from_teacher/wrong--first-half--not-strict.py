# Wrong: the whole state dict, not strictly: names that fit are those of the first layers.
from dataclasses import replace
from mine import BertModel

def student_from_teacher(teacher, num_layers):
    student = BertModel(replace(teacher.config, num_layers=num_layers))
    student.load_state_dict(teacher.state_dict(), strict=False)
    return student
