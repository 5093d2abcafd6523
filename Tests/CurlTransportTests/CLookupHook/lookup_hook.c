#define _GNU_SOURCE
#include "lookup_hook.h"
#include <dlfcn.h>
#include <netdb.h>
#include <stdatomic.h>

typedef int (*lookup)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

static _Atomic(lookup_hook) current;

void lookup_hook_set(lookup_hook hook) {
    atomic_store(&current, hook);
}

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **result) {
    lookup original = (lookup)dlsym(RTLD_NEXT, "getaddrinfo");
    if (!original) return EAI_SYSTEM;
    lookup_hook hook = atomic_load(&current);
    if (host && hook && hook(host)) host = "127.0.0.1";
    return original(host, service, hints, result);
}
