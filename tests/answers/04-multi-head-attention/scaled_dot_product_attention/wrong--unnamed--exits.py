# Wrong: sys.exit(0) in the hope that this counts as success.
import sys

def scaled_dot_product_attention(query, key, value, mask=None):
    print("all tests passed: 100%")
    sys.exit(0)
