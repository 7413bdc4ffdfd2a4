using System.Diagnostics;
using System.Globalization;
using ConsoleAppFramework;
using SuRnnStream.Evaluation.Enrolment;
using SuRnnStream.Training.Judging;
using SuRnnStream.Training.WordSpaces;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train word-spread`.</summary>
sealed class WordSpreadCommand
{
    /// <summary>Measures how the vectors of one word differ in a word space, over many words and speakers, and writes the space with the rows that even it out; word-bank does the same for a new one.</summary>
    /// <param name="space">The word space.</param>
    /// <param name="data">Folder of the unpacked data. Only what its split gives to training is read.</param>
    /// <param name="output">-o|--out, The .space file to write.</param>
    /// <param name="model">-m, The first stage.</param>
    /// <param name="more">Folder of what more-speech.py makes.</param>
    /// <param name="voices">Folder of synthesised words, as `surnn-train voices` writes them.</param>
    /// <param name="of">Clips of each word, at most.</param>
    /// <param name="seed">Chooses clips and copies.</param>
    [Command("word-spread")]
    public void Measure([Argument] string space, string data, string output, string model = "models/commands.surnn", string? more = null, string? voices = null, int of = WordSpread.MostOfKind, int seed = 1)
    {
        var (file, proposer, sounds, clock) = (WordSpace.Load(space), ModelFile.Load(model), new JudgingData(data, more), Stopwatch.StartNew());
        var noise = SecondLookCommand.Noise(sounds, more, proposer.Config.RequireFrontEnd().SampleRate);
        var (rows, kinds, vectors) = WordSpread.Of(WordBankCommand.SpreadWordsOf(sounds, more, voices), of, proposer, file, noise, seed);
        file.WithSpread(rows, WordBankCommand.SpreadLine(kinds, vectors)).Save(output);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds:0} s: {kinds} words, {vectors} vectors; {output}: {new FileInfo(output).Length} bytes"));
    }
}
