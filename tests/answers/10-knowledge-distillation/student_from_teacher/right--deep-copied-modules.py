# Right: a new model gets deep copies of the teacher's modules, which are thawed.
from copy import deepcopy
from mine import BertConfig, BertModel

def student_from_teacher(teacher, num_layers):
    c = teacher.config
    config = BertConfig(
        vocab_size=c.vocab_size, hidden_size=c.hidden_size, num_layers=num_layers, num_heads=c.num_heads,
        intermediate_size=c.intermediate_size, max_length=c.max_length, num_segments=c.num_segments, dropout=c.dropout,
    )
    student = BertModel(config)
    student.embeddings, student.pooler = deepcopy(teacher.embeddings), deepcopy(teacher.pooler)
    for i, layer in enumerate(teacher.encoder.layers[:: c.num_layers // num_layers]):
        student.encoder.layers[i] = deepcopy(layer)
    return student.requires_grad_()
