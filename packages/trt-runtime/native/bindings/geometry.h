// Reading frame geometries and tensor layouts from JavaScript.
#pragma once

#include "bindings/arguments.h"
#include "pipeline/pipelineOptions.h"

namespace trtfairmot
{

FrameGeometry geometryFrom(Napi::Object const& value);
TensorLayout layoutFrom(Napi::Value value);
// "float32" or "float16"
ElementType elementTypeFrom(Napi::Value value);

} // namespace trtfairmot
