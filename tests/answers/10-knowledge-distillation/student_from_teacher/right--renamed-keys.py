# Right: one state dict, its layers' numbers changed by a regular expression.
import re
from dataclasses import asdict
from mine import BertConfig, BertModel

def student_from_teacher(teacher, num_layers):
    sizes = asdict(teacher.config) | {"num_layers": num_layers}
    stride = teacher.config.num_layers // num_layers
    state = {}
    for key, value in teacher.state_dict().items():
        found = re.match(r"encoder\.layers\.(\d+)\.(.*)", key)
        if found:
            number, rest = int(found[1]), found[2]
            if number % stride:
                continue
            key = f"encoder.layers.{number // stride}.{rest}"
        state[key] = value.clone()
    student = BertModel(BertConfig(**sizes))
    student.load_state_dict(state)
    return student
