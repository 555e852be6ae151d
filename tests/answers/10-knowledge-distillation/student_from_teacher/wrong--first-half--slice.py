# Wrong: the teacher's first layers.
from dataclasses import replace
from mine import BertModel

def student_from_teacher(teacher, num_layers):
    student = BertModel(replace(teacher.config, num_layers=num_layers))
    student.embeddings.load_state_dict(teacher.embeddings.state_dict())
    student.pooler.load_state_dict(teacher.pooler.state_dict())
    for layer, source in zip(student.encoder.layers, teacher.encoder.layers[:num_layers]):
        layer.load_state_dict(source.state_dict())
    return student
