// SPDX-License-Identifier: MIT
// The descriptor of a plugin that the library has loaded, by the process's list of modules.
#include "system/wide_windows.h"

#include "loaded.h"

#include <stdlib.h>

#include "system/system.h"

const SamrenaAdapter *loaded_descriptor(const char *path) {
    char *file = system_real_path(path);
    wchar_t *wide = file ? wide_path(file) : NULL;
    HMODULE module = wide ? GetModuleHandleW(wide) : NULL;
    free(wide);
    free(file);
    return module ? (const SamrenaAdapter *)(uintptr_t)GetProcAddress(module, "samrena_adapter") : NULL;
}
