# Wrong: the embeddings are the teacher's own.
from dataclasses import replace
from mine import BertModel

def student_from_teacher(teacher, num_layers):
    student = BertModel(replace(teacher.config, num_layers=num_layers))
    student.embeddings = teacher.embeddings
    student.pooler.load_state_dict(teacher.pooler.state_dict())
    stride = teacher.config.num_layers // num_layers
    for layer, source in zip(student.encoder.layers, teacher.encoder.layers[::stride]):
        layer.load_state_dict(source.state_dict())
    return student
