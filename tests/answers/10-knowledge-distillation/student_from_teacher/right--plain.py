# Right: a new model, filled module by module.
from dataclasses import replace
from mine import BertModel

def student_from_teacher(teacher, num_layers):
    student = BertModel(replace(teacher.config, num_layers=num_layers))
    student.embeddings.load_state_dict(teacher.embeddings.state_dict())
    student.pooler.load_state_dict(teacher.pooler.state_dict())
    stride = teacher.config.num_layers // num_layers
    for i, layer in enumerate(student.encoder.layers):
        layer.load_state_dict(teacher.encoder.layers[i * stride].state_dict())
    return student
