// Takes the place of the C library's name lookup in a test process, libcurl's calls included.
//
// In C, because the linker doesn't let other libraries see a symbol that Swift exports under this name.
#ifndef FAREMUX_LOOKUP_HOOK_H
#define FAREMUX_LOOKUP_HOOK_H

/// Called on the thread that looks `host` up, and may block it. Not zero: the result is 127.0.0.1 instead.
typedef int (*lookup_hook)(const char *host);

/// From now on, lookups ask `hook` first.
void lookup_hook_set(lookup_hook hook);

#endif
