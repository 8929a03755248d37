#include "bindings/geometry.h"

namespace trtfairmot
{

namespace
{

std::vector<int32_t> int32From(Napi::Value value, char const* name)
{
    auto const bytes = bytesFrom(value, name);
    auto const* data = reinterpret_cast<int32_t const*>(bytes.data);
    return std::vector<int32_t>(data, data + bytes.size / sizeof(int32_t));
}

// { taps, total, first: Int32Array [size], weights: Int32Array [taps, size] }
AxisTable axisFrom(Napi::Value value, int32_t source, char const* name)
{
    auto const object = objectFrom(value, name);
    AxisTable axis{static_cast<int32_t>(integerFrom(object, "taps")),
        static_cast<int32_t>(integerFrom(object, "total")), int32From(object.Get("first"), "first"),
        int32From(object.Get("weights"), "weights")};
    bool const fits = axis.taps > 0 && axis.total > 0
        && axis.weights.size() == axis.first.size() * static_cast<size_t>(axis.taps);
    bool inside = fits;
    for (auto const first : axis.first)
    {
        // Two taps may reach one past the end when enlarging; the kernel holds them at the last sample.
        inside = inside && first >= 0 && first < source && (axis.total == 2048 || first + axis.taps <= source);
    }
    if (!inside)
    {
        throw NativeError(code::kINVALID, std::string("Expected an axis plan within the frame for ") + name);
    }
    return axis;
}

PixelFormat formatFrom(std::string const& name)
{
    if (name == "rgb")
    {
        return PixelFormat::kRGB;
    }
    if (name == "bgr")
    {
        return PixelFormat::kBGR;
    }
    if (name == "nv12" || name == "nv12-bt601")
    {
        return PixelFormat::kNV12_601;
    }
    if (name == "nv12-bt709")
    {
        return PixelFormat::kNV12_709;
    }
    throw NativeError(
        code::kINVALID, "Expected a pixel format of rgb, bgr, nv12-bt601 or nv12-bt709 but received " + name);
}

} // namespace

FrameGeometry geometryFrom(Napi::Object const& value)
{
    FrameGeometry g;
    g.key = stringFrom(value.Get("key"), "key");
    g.format = formatFrom(stringFrom(value.Get("format"), "format"));
    g.width = static_cast<int32_t>(integerFrom(value, "width"));
    g.height = static_cast<int32_t>(integerFrom(value, "height"));
    g.resampling = booleanFrom(value, "enlarges") ? Resampling::kENLARGE : Resampling::kSHRINK;
    g.columns = axisFrom(value.Get("columns"), g.width, "columns");
    g.rows = axisFrom(value.Get("rows"), g.height, "rows");
    g.left = static_cast<int32_t>(integerFrom(value, "left"));
    g.top = static_cast<int32_t>(integerFrom(value, "top"));
    return g;
}

ElementType elementTypeFrom(Napi::Value value)
{
    auto const name = stringFrom(value, "dtype");
    if (name == "float32" || name == "float16")
    {
        return name == "float16" ? ElementType::kFLOAT16 : ElementType::kFLOAT32;
    }
    throw NativeError(code::kINVALID, "Expected a tensor of float32 or float16 but received " + name);
}

TensorLayout layoutFrom(Napi::Value value)
{
    TensorLayout layout;
    if (!value.IsObject())
    {
        return layout;
    }
    auto const object = value.As<Napi::Object>();
    layout.name = stringFrom(object.Get("name"), "name");
    layout.type = elementTypeFrom(object.Get("dtype"));
    layout.channels = static_cast<int32_t>(integerFrom(object, "channels"));
    // Absent where there is one image only.
    layout.imageStride = object.Has("imageStride") ? integerFrom(object, "imageStride") : 0;
    layout.channelStride = integerFrom(object, "channelStride");
    layout.pixelStride = integerFrom(object, "pixelStride");
    return layout;
}

} // namespace trtfairmot
