package io.weir.controlplane.patch;

import com.google.protobuf.Message;
import io.weir.xds.codec.SourceMap;

/**
 * What a patch puts in or merges.
 *
 * @param message as the message that the patch's target takes
 * @param tree as it was written, in today's spelling
 * @param jsonMerge merges follow RFC 7396 instead of protobuf: null deletes, false and 0 are set
 */
public record PatchValue(Message message, SourceMap tree, boolean jsonMerge) {}
