# Right: the teacher is written to memory and read again, then taken apart.
import io
from dataclasses import replace
import torch
from mine import BertModel

def student_from_teacher(teacher, num_layers):
    memory = io.BytesIO()
    torch.save(teacher.state_dict(), memory)
    memory.seek(0)
    numbers = torch.load(memory)
    student = BertModel(replace(teacher.config, num_layers=num_layers))
    stride = len(teacher.encoder.layers) // num_layers
    for name, p in student.named_parameters():
        parts = name.split(".")
        if parts[:2] == ["encoder", "layers"]:
            parts[2] = str(int(parts[2]) * stride)
        p.data.copy_(numbers[".".join(parts)])
    return student
