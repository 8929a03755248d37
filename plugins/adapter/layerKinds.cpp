#include "adapter/layer.h"
#include "dcnv2/layer/dcnv2Layer.h"

namespace trtfairmot
{

std::vector<LayerKind> const& layerKinds()
{
    static std::vector<LayerKind> const kALL{dcnv2Kind(), fairmotDcnv2Kind()};
    return kALL;
}

} // namespace trtfairmot
