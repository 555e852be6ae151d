# Wrong: layers 1, 3, 5, ... instead of 0, 2, 4, ...
from dataclasses import replace
from mine import BertModel

def student_from_teacher(teacher, num_layers):
    student = BertModel(replace(teacher.config, num_layers=num_layers))
    student.embeddings.load_state_dict(teacher.embeddings.state_dict())
    student.pooler.load_state_dict(teacher.pooler.state_dict())
    stride = teacher.config.num_layers // num_layers
    for layer, source in zip(student.encoder.layers, teacher.encoder.layers[stride - 1 :: stride]):
        layer.load_state_dict(source.state_dict())
    return student
