# Wrong: assign=True puts the teacher's tensors into the student instead of copying their numbers.
from dataclasses import replace
from mine import BertModel

def student_from_teacher(teacher, num_layers):
    student = BertModel(replace(teacher.config, num_layers=num_layers))
    student.embeddings.load_state_dict(teacher.embeddings.state_dict(), assign=True)
    student.pooler.load_state_dict(teacher.pooler.state_dict(), assign=True)
    stride = teacher.config.num_layers // num_layers
    for i in range(num_layers):
        student.encoder.layers[i].load_state_dict(teacher.encoder.layers[i * stride].state_dict(), assign=True)
    return student
