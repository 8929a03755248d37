// Wraps a binding so that a NativeError becomes a JavaScript exception.
#pragma once

#include "bindings/promise.h"

namespace trtfairmot
{

template <Napi::Value (*kBINDING)(Napi::CallbackInfo const&)>
Napi::Value guarded(Napi::CallbackInfo const& info)
{
    try
    {
        return kBINDING(info);
    }
    catch (Napi::Error const&)
    {
        throw;
    }
    catch (...)
    {
        throw jsError(info.Env(), currentError());
    }
}

template <Napi::Value (*kBINDING)(Napi::CallbackInfo const&)>
void expose(Napi::Object exports, char const* name)
{
    exports.Set(name, Napi::Function::New(exports.Env(), &guarded<kBINDING>, name));
}

} // namespace trtfairmot
