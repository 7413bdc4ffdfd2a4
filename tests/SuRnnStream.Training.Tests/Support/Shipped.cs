using SuRnnStream.Training.Data;

namespace SuRnnStream.Training.Tests.Support;

/// <summary>The shipped models and the shipped recording.</summary>
static class Shipped
{
    public static string File(string name) => Path.Combine(AppContext.BaseDirectory, name);

    public static readonly SuRnnModel Commands = ModelFile.Load(File("models/commands-float32.surnn")), Dense = ModelFile.Load(File("models/commands-dense.surnn"));
    public static readonly float[] Sample = Corpus.Read(File("samples/commands.wav"), Commands.Config.RequireFrontEnd().SampleRate);
}
