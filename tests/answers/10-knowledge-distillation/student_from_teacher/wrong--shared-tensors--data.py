# Wrong: the parameters are new, their storage is the teacher's.
from dataclasses import replace
from mine import BertModel

def student_from_teacher(teacher, num_layers):
    student = BertModel(replace(teacher.config, num_layers=num_layers))
    stride = teacher.config.num_layers // num_layers
    pairs = [(student.embeddings, teacher.embeddings), (student.pooler, teacher.pooler)]
    pairs += zip(student.encoder.layers, teacher.encoder.layers[::stride])
    for new, old in pairs:
        for p, q in zip(new.parameters(), old.parameters()):
            p.data = q.data
    return student
