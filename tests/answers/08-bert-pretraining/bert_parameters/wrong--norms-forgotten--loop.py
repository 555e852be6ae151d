# Wrong (norms-forgotten): a loop over the linear maps of each layer, in which no norm turns up.
def bert_parameters(vocab_size, hidden, layers, intermediate, max_length=512, segments=2):
    def linear(n, m):
        return (n + 1) * m
    total = sum(rows * hidden for rows in (vocab_size, max_length, segments)) + linear(hidden, hidden)
    for _ in range(layers):
        for n, m in [(hidden, hidden)] * 4 + [(hidden, intermediate), (intermediate, hidden)]:
            total += linear(n, m)
    return total
