# Wrong: all modules are the teacher's own.
from dataclasses import replace
from torch import nn
from mine import BertModel

def student_from_teacher(teacher, num_layers):
    student = BertModel(replace(teacher.config, num_layers=num_layers))
    student.embeddings, student.pooler = teacher.embeddings, teacher.pooler
    stride = teacher.config.num_layers // num_layers
    student.encoder.layers = nn.ModuleList(teacher.encoder.layers[i * stride] for i in range(num_layers))
    return student
