-- SPDX-License-Identifier: MIT
-- LuaJIT's ffi takes the preprocessed header whole; structs, enumerators, and inline functions by their exported names.
-- usage: luajit luajit.lua LIBRARY PREPROCESSED-HEADER
local ffi = require("ffi")
local library, header = arg[1], arg[2]
local number = 0

local function check(what, passed, why)
    number = number + 1
    print(("%sok %d - %s%s"):format(passed and "" or "not ", number, what, passed and "" or ": " .. tostring(why)))
end

local file = assert(io.open(header))
check("ffi.cdef takes the header", pcall(ffi.cdef, file:read("*a")))
file:close()
local samrena = ffi.load(library)

local config = ffi.new("SamrenaConfig[1]")
check("samrena_config_init", samrena.samrena_config_init(config, ffi.sizeof("SamrenaConfig")) == ffi.C.SAMRENA_OK)
check("struct_size", config[0].struct_size == ffi.sizeof("SamrenaConfig"))
local name = "virtual" -- the config refers to it
config[0].adapter = name
config[0].prefault = ffi.C.SAMRENA_PREFAULT_NEVER

local arena = samrena.samrena_create(config)
check("samrena_create", arena ~= nil, ffi.string(samrena.samrena_last_error_message()))
check("samrena_reserve", samrena.samrena_reserve(arena, 1048576) == ffi.C.SAMRENA_OK)
check("samrena_capacity", samrena.samrena_capacity(arena) >= 1048576)

local numbers = ffi.cast("int32_t *", samrena.samrena_push(arena, 4000))
for i = 0, 999 do
    numbers[i] = i
end
check("samrena_push, inline in C", numbers ~= nil and numbers[999] == 999)
check("samrena_push_array", samrena.samrena_push_array(arena, 10, 8) ~= nil)
check("samrena_push_string", ffi.string(samrena.samrena_push_string(arena, "text")) == "text")
check("samrena_push_format", ffi.string(samrena.samrena_push_format(arena, "%s %d", "number", ffi.cast("int", 7))) == "number 7")

local mark = samrena.samrena_mark(arena)
local before = samrena.samrena_allocated(arena)
samrena.samrena_push(arena, 100)
check("samrena_rewind, a struct by value", samrena.samrena_rewind(arena, mark) == ffi.C.SAMRENA_OK)
check("samrena_allocated", samrena.samrena_allocated(arena) == before)

local info = ffi.new("SamrenaInfo[1]")
info[0].struct_size = ffi.sizeof("SamrenaInfo")
check("samrena_get_info", samrena.samrena_get_info(arena, info) == ffi.C.SAMRENA_OK)
check("SamrenaInfo.adapter", ffi.string(info[0].adapter) == name)
samrena.samrena_destroy(arena)
print("1.." .. number)
