# Wrong: nothing but the layers is copied.
from dataclasses import replace
import torch
from mine import BertModel

def student_from_teacher(teacher, num_layers):
    student = BertModel(replace(teacher.config, num_layers=num_layers))
    stride = teacher.config.num_layers // num_layers
    with torch.no_grad():
        for i in range(num_layers):
            for p, q in zip(student.encoder.layers[i].parameters(), teacher.encoder.layers[i * stride].parameters()):
                p.copy_(q)
    return student
