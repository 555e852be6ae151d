# Wrong: both are T wide, full-length sentences lose their last input and EOS.
import torch

def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    decoder_input = torch.roll(targets, 1, dims=1)
    decoder_input[:, 0] = bos_id
    return decoder_input, targets.clone()
