using SuRnnStream;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Second looks in a host.</summary>
public static class SecondLookServices
{
    /// <summary>
    /// Lets the configuration name a head of a detector, <c>"Verifier": "commands.look"</c>, also one of openWakeWord or livekit-wakeword: <c>"Verifier": "alexa_v0.1.onnx"</c>.
    /// </summary>
    /// <param name="builder">The host's.</param>
    /// <param name="embedding">Folder of the speech embedding; null: <see cref="EmbeddingFiles.DefaultFolder"/>.</param>
    public static SuRnnStreamBuilder AddSecondLook(this SuRnnStreamBuilder builder, string? embedding = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddVerifierKind(".look", head => SpeechVerifier.Load(head, embedding)).AddVerifierKind(".onnx", head => WakeWordHead.Load(head, embedding));
    }
}
