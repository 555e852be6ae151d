# Wrong: pads the labels on the right with EOS.
import torch.nn.functional as F

def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    return F.pad(targets, (1, 0), value=bos_id), F.pad(targets, (0, 1), value=eos_id)
