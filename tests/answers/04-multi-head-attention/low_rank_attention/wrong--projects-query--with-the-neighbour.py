# Wrong: projects query, key and value along the length before calling the attention.
def low_rank_attention(query, key, value, E_k, E_v):
    projected = [E @ x for E, x in ((E_k, query), (E_k, key), (E_v, value))]
    return scaled_dot_product_attention(*projected)[0]
