# Wrong: a stride of 2 whatever the depths are.
from dataclasses import replace
from mine import BertModel

def student_from_teacher(teacher, num_layers):
    student = BertModel(replace(teacher.config, num_layers=num_layers))
    student.embeddings.load_state_dict(teacher.embeddings.state_dict())
    student.pooler.load_state_dict(teacher.pooler.state_dict())
    for i, layer in enumerate(student.encoder.layers):
        source = teacher.encoder.layers[min(2 * i, teacher.config.num_layers - 1)]
        layer.load_state_dict(source.state_dict())
    return student
