// One function per group of bindings; addon.cc calls them all.
#pragma once

#include <napi.h>

namespace trtfairmot
{

void registerMemory(Napi::Object exports);
void registerStreams(Napi::Object exports);
void registerEngines(Napi::Object exports);
void registerKernels(Napi::Object exports);
void registerCompact(Napi::Object exports);
void registerBuilder(Napi::Object exports);
void registerPipeline(Napi::Object exports);
void registerProbe(Napi::Object exports);

} // namespace trtfairmot
