// SPDX-License-Identifier: MIT
// What core/loader/image_pe.c uses of Windows, for a system that is another: the layout of PE files, 64 bits, and
// ReadFile(), which the target has.
#ifndef SAMRENA_TESTS_FUZZ_WIDE_WINDOWS_H
#define SAMRENA_TESTS_FUZZ_WIDE_WINDOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int BOOL;
typedef uint8_t BYTE;
typedef uint16_t WORD;
typedef uint32_t DWORD;
typedef int32_t LONG;
typedef uint64_t ULONGLONG;
typedef void *HANDLE;

typedef struct OVERLAPPED {
    DWORD Offset, OffsetHigh;
} OVERLAPPED;

BOOL ReadFile(HANDLE file, void *bytes, DWORD size, DWORD *got, OVERLAPPED *at);

#define IMAGE_DOS_SIGNATURE 0x5a4d
#define IMAGE_NT_SIGNATURE 0x4550
#define IMAGE_NT_OPTIONAL_HDR_MAGIC 0x20b
#define IMAGE_FILE_MACHINE_AMD64 0x8664
#define IMAGE_FILE_MACHINE_ARM64 0xaa64
#define IMAGE_FILE_MACHINE_I386 0x14c
#define IMAGE_FILE_EXECUTABLE_IMAGE 0x2
#define IMAGE_FILE_DLL 0x2000
#define IMAGE_NUMBEROF_DIRECTORY_ENTRIES 16
#define IMAGE_SCN_CNT_CODE UINT32_C(0x20)
#define IMAGE_SCN_MEM_EXECUTE UINT32_C(0x20000000)
#define IMAGE_SCN_MEM_READ UINT32_C(0x40000000)
#define IMAGE_SCN_MEM_WRITE UINT32_C(0x80000000)
#define IMAGE_SNAP_BY_ORDINAL(ordinal) (((ordinal)&UINT64_C(0x8000000000000000)) != 0)

enum {
    IMAGE_DIRECTORY_ENTRY_EXPORT = 0,
    IMAGE_DIRECTORY_ENTRY_IMPORT = 1,
    IMAGE_DIRECTORY_ENTRY_RESOURCE = 2,
    IMAGE_DIRECTORY_ENTRY_EXCEPTION = 3,
    IMAGE_DIRECTORY_ENTRY_BASERELOC = 5,
    IMAGE_DIRECTORY_ENTRY_DEBUG = 6,
    IMAGE_DIRECTORY_ENTRY_TLS = 9,
    IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG = 10,
    IMAGE_DIRECTORY_ENTRY_IAT = 12,
    IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT = 13,
    IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR = 14,
};

typedef struct IMAGE_DOS_HEADER {
    WORD e_magic, unused[29];
    LONG e_lfanew;
} IMAGE_DOS_HEADER;

typedef struct IMAGE_FILE_HEADER {
    WORD Machine, NumberOfSections;
    DWORD TimeDateStamp, PointerToSymbolTable, NumberOfSymbols;
    WORD SizeOfOptionalHeader, Characteristics;
} IMAGE_FILE_HEADER;

typedef struct IMAGE_DATA_DIRECTORY {
    DWORD VirtualAddress, Size;
} IMAGE_DATA_DIRECTORY;

typedef struct IMAGE_OPTIONAL_HEADER {
    WORD Magic;
    BYTE MajorLinkerVersion, MinorLinkerVersion;
    DWORD SizeOfCode, SizeOfInitializedData, SizeOfUninitializedData, AddressOfEntryPoint, BaseOfCode;
    ULONGLONG ImageBase;
    DWORD SectionAlignment, FileAlignment;
    WORD versions[6];
    DWORD Win32VersionValue, SizeOfImage, SizeOfHeaders, CheckSum;
    WORD Subsystem, DllCharacteristics;
    ULONGLONG SizeOfStackReserve, SizeOfStackCommit, SizeOfHeapReserve, SizeOfHeapCommit;
    DWORD LoaderFlags, NumberOfRvaAndSizes;
    IMAGE_DATA_DIRECTORY DataDirectory[IMAGE_NUMBEROF_DIRECTORY_ENTRIES];
} IMAGE_OPTIONAL_HEADER;

typedef struct IMAGE_NT_HEADERS {
    DWORD Signature;
    IMAGE_FILE_HEADER FileHeader;
    IMAGE_OPTIONAL_HEADER OptionalHeader;
} IMAGE_NT_HEADERS;

typedef struct IMAGE_SECTION_HEADER {
    BYTE Name[8];
    union {
        DWORD VirtualSize;
    } Misc;
    DWORD VirtualAddress, SizeOfRawData, PointerToRawData, unused[3], Characteristics;
} IMAGE_SECTION_HEADER;

typedef struct IMAGE_EXPORT_DIRECTORY {
    DWORD unused[3], Name, Base, NumberOfFunctions, NumberOfNames, AddressOfFunctions, AddressOfNames,
        AddressOfNameOrdinals;
} IMAGE_EXPORT_DIRECTORY;

typedef struct IMAGE_IMPORT_DESCRIPTOR {
    DWORD OriginalFirstThunk, unused[2], Name, FirstThunk;
} IMAGE_IMPORT_DESCRIPTOR;

typedef struct IMAGE_THUNK_DATA {
    union {
        ULONGLONG Ordinal, AddressOfData;
    } u1;
} IMAGE_THUNK_DATA;

typedef struct IMAGE_BASE_RELOCATION {
    DWORD VirtualAddress, SizeOfBlock;
} IMAGE_BASE_RELOCATION;

typedef struct IMAGE_TLS_DIRECTORY {
    ULONGLONG StartAddressOfRawData, EndAddressOfRawData, AddressOfIndex, AddressOfCallBacks;
    DWORD SizeOfZeroFill, Characteristics;
} IMAGE_TLS_DIRECTORY;

_Static_assert(sizeof(IMAGE_DOS_HEADER) == 64 && sizeof(IMAGE_NT_HEADERS) == 264, "as the format has them");
_Static_assert(sizeof(IMAGE_SECTION_HEADER) == 40 && sizeof(IMAGE_EXPORT_DIRECTORY) == 40, "as the format has them");
_Static_assert(sizeof(IMAGE_IMPORT_DESCRIPTOR) == 20 && sizeof(IMAGE_TLS_DIRECTORY) == 40, "as the format has them");

#endif
