global using SuRnnStream.Training;
