# SPDX-License-Identifier: MIT
"""Python's ctypes, which reads no header: a config that samrena_config_init() fills, and what is called with it.

usage: python3 ctypes_calls.py LIBRARY PREPROCESSED-HEADER
"""
import ctypes
import re
import sys

library, header = sys.argv[1:]
number = 0


def check(what, passed):
    global number
    number += 1
    print(f"{'' if passed else 'not '}ok {number} - {what}")


KINDS = {"uint64_t": ctypes.c_uint64, "size_t": ctypes.c_size_t, "int32_t": ctypes.c_int32, "char": ctypes.c_char_p}


def fields_of(struct):
    """Fields by the declaration itself, so that this test has no second list of them: pointers are void *."""
    body = re.search(r"typedef struct %s \{(.*?)\}" % struct, open(header).read(), re.S).group(1)
    for line in body.split(";")[:-1]:
        kind, stars, name = re.fullmatch(r"\s*(?:const )?(\w+) (\**)(\w+)\s*", line).groups()
        pointer = stars or kind not in KINDS
        yield name, KINDS["char"] if kind == "char" else ctypes.c_void_p if pointer else KINDS[kind]


class Config(ctypes.Structure):
    _fields_ = list(fields_of("SamrenaConfig"))


samrena = ctypes.CDLL(library)
for function, result, *arguments in (
    ("samrena_config_init", ctypes.c_int, ctypes.POINTER(Config), ctypes.c_size_t),
    ("samrena_create", ctypes.c_void_p, ctypes.POINTER(Config)),
    ("samrena_reserve", ctypes.c_int, ctypes.c_void_p, ctypes.c_uint64),
    ("samrena_push", ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint64),
    ("samrena_push_copy", ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint64),
    ("samrena_allocated", ctypes.c_uint64, ctypes.c_void_p),
    ("samrena_capacity", ctypes.c_uint64, ctypes.c_void_p),
    ("samrena_last_error", ctypes.c_int),
    ("samrena_last_error_message", ctypes.c_char_p),
    ("samrena_destroy", None, ctypes.c_void_p),
):
    getattr(samrena, function).restype = result
    getattr(samrena, function).argtypes = arguments

config = Config()
ctypes.memset(ctypes.byref(config), 0xFF, ctypes.sizeof(config))
check("samrena_config_init", samrena.samrena_config_init(config, ctypes.sizeof(config)) == 0)
check("struct_size", config.struct_size == ctypes.sizeof(config))
check("all else is zero", not any(bytes(config)[ctypes.sizeof(ctypes.c_size_t):]))
check("a size that is none", samrena.samrena_config_init(config, 8) == 1 and samrena.samrena_last_error() == 1)

config.adapter = b"virtual"
config.limit = 2 << 20
arena = samrena.samrena_create(config)
check("samrena_create", arena is not None)
check("samrena_reserve", samrena.samrena_reserve(arena, 1 << 20) == 0)
check("samrena_capacity", samrena.samrena_capacity(arena) >= 1 << 20)
block = samrena.samrena_push(arena, 1000)
ctypes.memset(block, 7, 1000)
check("samrena_push, inline in C", ctypes.string_at(block, 1000) == b"\7" * 1000)
check("samrena_push_copy", ctypes.string_at(samrena.samrena_push_copy(arena, b"bytes", 5), 5) == b"bytes")
check("samrena_allocated", 1005 <= samrena.samrena_allocated(arena) < 1100)
check("the config's limit", samrena.samrena_push(arena, 4 << 20) is None and b"limit" in samrena.samrena_last_error_message())
samrena.samrena_destroy(arena)
print(f"1..{number}")
