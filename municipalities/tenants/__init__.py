"""What a municipality gets when it joins: pages, roles, collections, approval."""
